"""Looking ahead: governed monthly series, their forecasts with the errors of past trials, and warnings by rule."""
