# The same in Sinatra.
require "sinatra/base"

class Hello < Sinatra::Base
  get("/") do
    content_type "text/plain"
    "hello"
  end
end

run Hello
