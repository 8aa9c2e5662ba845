{{pick_any}}
{{actor}};
{{load}};
