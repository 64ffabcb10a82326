# frozen_string_literal: true

require 'minitest/autorun'
require_relative '../hagaki_client'

# What no form can hold; those that a service reads: test/roads/form-clients.test.ts.
class ClientFormTest < Minitest::Test
  Client = Hagaki::Client
  PLAIN = 'application/x-www-form-urlencoded'
  MULTIPART = 'multipart/form-data'
  PHOTO = Hagaki::FormFile.new('a.jpg', 'image/jpeg', 'GATE')

  # Of a service that nobody is: what is refused is refused before.
  def refused(as, media_types, data)
    takes = { 'as' => as, 'mediaTypes' => media_types, 'body' => as == 'data' ? 'members' : 'member' }
    handler = { 'verb' => 'acts', 'path' => '/it', 'takes' => takes, 'gives' => 'data' }
    assert_raises(Client::InputInvalid, data.inspect) do
      Client.new({ 'hagaki' => 1, 'handlers' => { 'it' => handler } }, 'http://127.0.0.1:1').it(data)
    end
  end

  def test_what_no_form_can_hold_is_refused
    refused('data', [PLAIN], { a: PHOTO })
    [{ a: {} }, { a: [PHOTO, 'text'] }, { "a\r\nb": '1' }, { a: Hagaki::FormFile.new("\0", '', '') },
     { a: Hagaki::FormFile.new('a', 'no type', '') }, { a: Hagaki::FormFile.new('a', 'a/b', 5) }]
      .each { |data| refused('data', [MULTIPART], data) }
    refused('parts', [MULTIPART], { body: 5 })
  end
end
