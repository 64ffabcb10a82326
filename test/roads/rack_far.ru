# frozen_string_literal: true

# The twin of far.ts as a Rack app, as far as Rack can do what it does.

require 'json'

MADE = [0]
# What a test asks for in a later request, each by a query of its own.
OUTCOMES = Hash.new { |kept, query| kept[query] = Thread::Queue.new }
RETURNS = Hash.new { |kept, query| kept[query] = Thread::Queue.new }

# Blocks as they are asked for, until nobody does.
class Endless
  def initialize(query)
    @query = query
  end

  def each
    loop do
      MADE[0] += 1
      yield "\0" * 65_536
    end
  ensure
    RETURNS[@query] << 'returned'
  end
end

BREAKS = Enumerator.new do |blocks|
  blocks << 'one'
  raise 'broke'
end

# All that this side shares with the gateway is the name of a key.
def cart(path, context)
  _, _, what, item = path.split('/')
  held = context['session']
  case what
  when 'add' then context['session'] = { 'items' => [*held&.fetch('items'), item] }
  when 'end' then context['session'] = nil
  when 'wrong' then context['session'] = { 'items' => 'many' }
  when 'late'
    return Enumerator.new do |blocks|
      blocks << 'la' # and so the head is out
      context['session'] = { 'items' => ['too late'] }
      blocks << 'te'
    end
  end
  [JSON.generate(context['session'])]
end

def user(context)
  name = context['user'] || 'nobody'
  context['user'] = "#{name} of the thread"
  [name]
end

def answer(env, query)
  input = env['rack.input']
  return cart(env['PATH_INFO'], env['hagaki.context']) if env['PATH_INFO'].start_with?('/cart')

  case env['PATH_INFO']
  when '/size'
    size = 0
    while (piece = input.read(65_536))
      size += piece.bytesize
    end
    [size.to_s]
  when '/ask' then [input.read.bytesize.to_s]
  when '/told/left'
    env['rack.response_finished'] << lambda do |_, status, _, error|
      OUTCOMES[query] << JSON.generate({ status: status, aborted: !error.nil? })
    end
    Endless.new(query)
  when '/told/outcome' then [OUTCOMES[query].pop]
  when '/told/return' then [RETURNS[query].pop]
  when '/made' then MADE.map(&:to_s)
  when '/breaks' then BREAKS
  when '/user' then user(env['hagaki.context'])
  when '/double' then [(2 * env['HTTP_X_NUMBER'].to_i).to_s]
  end
end

run ->(env) { [200, { 'content-type' => 'application/octet-stream' }, answer(env, env['QUERY_STRING'])] }
