# A bare Rack lambda: what servers cost, and nothing else.
run ->(_env) { [200, { "Content-Type" => "text/plain; charset=utf-8", "Content-Length" => "5" }, ["hello"]] }
