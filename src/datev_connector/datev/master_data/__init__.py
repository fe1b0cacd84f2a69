"""Master data of DATEV: who the clients of the office are, and how to reach them."""
