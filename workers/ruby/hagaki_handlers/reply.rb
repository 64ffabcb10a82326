# frozen_string_literal: true

module Hagaki
  # What a method says besides its data: `Hagaki.reply(data, fields: { 'x-total' => '7' })`. `src/handler/reply.ts` has the
  # same, and what is said is checked there. `carried` are context keys.
  Reply = Struct.new(:data, :carried) do
    # What a method returned, without what it said besides, which goes into `carried`.
    def self.unwrap(returned, carried)
      return returned unless returned.is_a?(Reply)

      carried.update(returned.carried)
      returned.data
    end
  end

  # Gives data and more. A method that may return data may return this.
  #
  #   fields      further fields of the answer, of lower-case names
  #   redirect    where to go instead: '/notes' for 303, or { to: '/notes', as: 'temporary' }, or 'permanent'
  #   set         context keys that go back to who is around the handler
  #   media_type  which one bytes are of, whose schema names several
  def self.reply(data = nil, fields: nil, redirect: nil, set: {}, media_type: nil)
    redirect = { to: redirect } if redirect.is_a?(String)
    parts = { fields: fields, redirect: redirect, mediaType: media_type }.compact
    Reply.new(data, { **set.transform_keys(&:to_s), **(parts.empty? ? {} : { 'hagaki:reply' => parts }) })
  end
end
