# frozen_string_literal: true

require_relative '../hagaki_worker/head'
require_relative 'vectors'

# The packed form's vectors.
class PackedVectorsTest < Minitest::Test
  Head = HagakiWorker::Head
  VECTORS = Vectors.read('packed.json')
  ANY_SIZE = 2**31

  def test_requests_are_read
    each_of('request') do |value, octets|
      head, body = Head.read_request(octets, ANY_SIZE)
      head.each_pair { |name, member| assert_told(value[name.to_s], member, name) }
      assert_told(body_of(value), body, 'body')
    end
  end

  def test_responses_are_written
    each_of('response') do |value, octets|
      next if value['trailers'] || !value['context'].empty? # Rack has neither

      fields = value['headers'].flat_map { |name, lines| Array(lines).flat_map { |line| [name, line] } }
      assert_equal octets, Head.write_response(value['status'], value['contentType'], fields, body_of(value))
    end
  end

  def test_what_is_faulty_is_refused
    refute_empty VECTORS['faulty']
    VECTORS['faulty'].each do |vector|
      _, body = Head.read_request(Vectors.octets(vector['hex']), ANY_SIZE)
      # A frame, unlike a value, may say that its body is still to come.
      assert_kind_of Head::Pending, body, vector['name']
    rescue HagakiWorker::FrameFault
      pass
    end
  end

  private

  def each_of(kind)
    found = VECTORS['cases'].select { |vector| vector['value']['kind'] == kind }
    refute_empty found
    found.each { |vector| yield vector['value'], Vectors.octets(vector['packed']) }
  end

  def assert_told(expected, actual, what)
    expected.nil? ? assert_nil(actual, what) : assert_equal(expected, actual, what)
  end

  def body_of(value)
    return value['body64'].unpack1('m').b if value.key?('body64')

    value['body']&.b
  end
end
