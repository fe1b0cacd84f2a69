"""
XMPP as the PBX speaks it.

Streams, addresses, Jabber-RPC (XEP-0009), a server for clients, and the way into a real server as
its component (XEP-0114). UCI over XMPP is answered by the same desk, with the same sessions, as
UCI over HTTPS.
"""
