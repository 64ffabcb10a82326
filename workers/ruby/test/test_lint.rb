# frozen_string_literal: true

require_relative 'caller'
require 'minitest'

# Rack's own check, before and after a middleware, of what the worker gives and does.
class LintTest < Minitest::Test
  def test_requests_pass_rack_lint
    Caller.open('linted.ru') do |caller|
      assert_equal 'fine 0', caller.get('/a%20b?c=d', mount: '/m', headers: { 'x-a' => "\u00e9" }).text
      assert_equal 'fine 3', caller.answer(caller.ask('POST', '/', 'abc')).text
      call = caller.ask('PUT', '/', { length: nil })
      caller.send_body(call, 'x' * 100_000)
      assert_equal 'fine 100000', caller.answer(call).text
      assert_equal 'onetwo', caller.get('/each').text
      assert_equal 204, caller.get('/no-content').status
      assert_equal [200, nil], caller.answer(caller.ask('HEAD', '/')).to_a.then { |head, body| [head['status'], body] }
      assert_equal 'onetwo', caller.get('/stream').text if three?
      assert_equal '', caller.log
    end
  end

  private

  def three?
    require 'rack'
    Rack.release.to_i >= 3
  end
end
