"""How quickly windows are there, and what an idle desktop costs."""
