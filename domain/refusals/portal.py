"""The customer's side: codes, messages, complaints."""
