"""From a Reading to a Draft: prompt, hint, model, composed candidate and checks."""
