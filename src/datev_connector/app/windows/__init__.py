"""The desktop program: Qt on the main thread, the connector on a thread of its own.

Here the ports of `desktop` are fulfilled. Nothing but frozen values crosses between the threads.
"""
