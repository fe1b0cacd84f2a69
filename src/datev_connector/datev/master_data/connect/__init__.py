"""Master data over DATEVconnect, DATEV's REST interface in the office."""
