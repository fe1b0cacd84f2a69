"""The settings window: pages of fields, what each option means, which of them have an effect."""
