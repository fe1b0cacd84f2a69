"""What is said to people, in their language: catalogues, and how dates and numbers are written."""
