# frozen_string_literal: true

# The app of `tally.ts` in Ruby: it writes down each call that it begins, before it answers.

require 'json'

run(lambda do |env|
  token = env['PATH_INFO'].delete_prefix('/')
  File.write(ENV.fetch('TALLY'), "#{token}\n", mode: 'a')
  said = env['rack.input'].read.force_encoding('UTF-8')
  sleep(0.002) # so that there is something under way
  [200, { 'content-type' => 'application/json' }, [{ token: token, said: said, worker: "#{Process.pid}/0" }.to_json]]
end)
