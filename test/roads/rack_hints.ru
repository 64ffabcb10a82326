# frozen_string_literal: true

# A Rack app that hints before it answers, where it can. As with Rails, the values stand in one string.
run(lambda do |env|
  hints = env['rack.early_hints']
  hints&.call({ 'link' => "</a.css>; rel=preload\n</b.js>; rel=preload" })
  [200, { 'content-type' => 'text/plain' }, [hints.nil? ? 'no hints' : 'hinted']]
end)
