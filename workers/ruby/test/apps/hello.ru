run ->(env) { [200, { 'Content-Type' => 'text/plain' }, ["hello #{env['PATH_INFO']}"]] }
