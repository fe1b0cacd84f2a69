"""What travels between us and the PBX: XML-RPC, and UCI in it."""
