{{actor}};
{{list}};
