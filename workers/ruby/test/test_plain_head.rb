# frozen_string_literal: true

require 'minitest/autorun'
require_relative '../hagaki_worker/head'

# Heads that are read by one expression, beside the same ones read as JSON.
class PlainHeadTest < Minitest::Test
  Head = HagakiWorker::Head
  HEAD = {
    v: 1, kind: 'request', method: 'GET', path: '/a%20b', query: nil, mount: '', http: '1.1', client: '127.0.0.1',
    protocol: 'http', upgrade: nil, timeoutMs: nil, headers: %w[host example.com accept text/html], context: {},
    body: nil
  }.freeze
  PLAIN = [
    HEAD,
    HEAD.merge(body: 3, timeoutMs: 0, client: '::1', query: 'a=b&c', mount: '/m/n', http: '2'),
    HEAD.merge(body: { length: nil }, headers: ['host', 'a', 'x-tag', '"a\\b"', 'cookie', 'a=1', 'cookie', 'b=2'])
  ].freeze
  OTHERS = [
    HEAD.merge(body: { length: 12 }, method: 'OPTIONS', path: '*'),
    HEAD.merge(headers: %w[host a host b]),
    HEAD.merge(headers: ['a', 'b], "c": [1'], context: { user: [1] }),
    HEAD.merge(headers: ['x-a', ' blank'], upgrade: ['websocket'], protocol: 'https'),
    HEAD.merge(headers: ['x-a', "caf\u00e9"])
  ].freeze
  PIECES = ['"', '\\', ']', '[', '{', ',', '0', "\x7f", "\n", "\u00e9", ' ', '?', ''].freeze

  def test_heads_as_a_gateway_writes_them_are_plain
    PLAIN.each do |head|
      octets = JSON.generate(head).b
      refute_nil HagakiWorker::PlainHead.read(octets, 0, octets.bytesize, Head::Request), head
    end
  end

  def test_a_plain_head_is_read_as_any_other
    chance = Random.new(7)
    (PLAIN + OTHERS).each do |head|
      text = JSON.generate(head)
      changed(text, chance).each do |one|
        # A blank makes it no plain one.
        assert_equal outcome("#{one} ", 'abc'), outcome(one, 'abc'), one
        assert_equal outcome("#{one} "), outcome(one), one
      end
    end
  end

  def test_a_head_is_read_where_it_stands
    text = JSON.generate(HEAD.merge(body: 3))
    bodies = ['abc', '"},'].map do |body|
      payload = packed(text, body)
      head, read = Head.read_request("before#{payload}\0behind".b, 10, 6, payload.bytesize)
      assert_equal '/a%20b', head.path
      read
    end
    assert_equal ['abc', '"},'], bodies
  end

  private

  def changed(text, chance)
    [text] + Array.new(400) do
      at = chance.rand(text.size)
      "#{text[0, at]}#{PIECES.sample(random: chance)}#{text[(at + [0, 1, 1, 4].sample(random: chance))..]}"
    end
  end

  def outcome(text, rest = '')
    head, body = Head.read_request(packed(text, rest), 10)
    [head.to_a, body]
  rescue HagakiWorker::FrameFault => e
    e.message
  end

  def packed(text, rest = '')
    ([text.bytesize].pack('N') << text.b << rest).b
  end
end
