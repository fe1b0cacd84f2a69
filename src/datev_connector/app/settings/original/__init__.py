r"""Takes over the settings of the DATEV Connector that this program replaces.

It kept them in `%AppData%\DatevConnector\user.config`, a file of .NET user settings. Its manual
names that file, what its windows offer, and one setting: `UseTapiLine`. How all the others are
called is not known, so names are read by the words in them, and every setting is reported: taken
over, the same here, left for a reason, or not known.

`reading` takes a file apart, `names` says what a name means, `judging` what becomes of each
setting, `report` keeps that, `places` looks for such files, `taking_over` does it.
"""
