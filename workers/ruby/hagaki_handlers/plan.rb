# frozen_string_literal: true

require_relative 'context'
require_relative 'flow'
require_relative 'reply'
require_relative 'service'

module Hagaki
  # A handler where it runs: the object of its service, and how its method is called.
  class Plan
    attr_reader :name, :handler, :failures

    def initialize(name, handler, object)
      @name = name
      @handler = handler
      @failures = handler.failures
      @method = object.method(handler.run)
      @context = Context.of([*handler.guards.keys, *handler.uses.keys])
      @takes = @method.parameters.count { |kind, _| %i[req opt].include?(kind) }
    end

    # :data, :items, :chunks or :whole.
    def gives
      case @handler.spec[:gives]
      when Items then :items
      when Raw then :chunks
      else @handler.spec[:returns].is_a?(Raw) ? :whole : :data
      end
    end

    def returns?
      !@handler.spec[:returns].nil?
    end

    # True when what it yields is its result.
    def flows?
      !@handler.spec[:gives].nil?
    end

    # Runs a call that came; `opened` has the resources.
    def run(call, arrival, opened, &given)
      line = arrival.line
      context = context(call, line['guards'], line['resume'], opened)
      call(context, data(line, arrival), &given)
    end

    # `decided` is by names that are strings.
    def context(call, decided, resume, opened)
      uses = @handler.uses
      @context.new(call, uses.empty? ? decided : { **decided, **opened.values(uses) }, resume)
    end

    # Calls the method. What flows, yielded or in the Enumerator that comes back, goes to the block.
    def call(context, data, &given)
      arguments = [data, context].first(@takes)
      return @method.call(*arguments) unless flows?

      yielded = false
      returned = @method.call(*arguments) do |one|
        yielded = true
        given.call(one)
      end
      if returned.is_a?(Reply)
        raise HagakiWorker::AnswerFaulty, "handler #{@name.inspect} gives what flows, which has begun when it returns: no reply"
      end

      returned.each(&given) if returned.is_a?(Enumerator) && !yielded
    end

    private

    def data(line, arrival)
      spec = @handler.spec
      data = line['data']
      return FormFiles.put(data, line['files'], arrival.whole) if line.key?('files')
      return arrival.whole if spec[:accepts].is_a?(Raw)
      return { **data, 'body' => arrival.whole } if spec[:body].is_a?(Raw)
      return data if spec[:takes].nil?

      each = { Items => :each_item, Parts => :each_part, Raw => :each_piece }.fetch(spec[:takes].class)
      { **(data || {}), 'body' => Flow::Taken.new(arrival, each) }
    end
  end

  # All plans of a service, and what it offers.
  class Plans
    attr_reader :offer, :mark, :guards

    # Makes one object of each class. SetupFaulty.
    def initialize(service)
      @plans = {}
      @guards = {}
      said = visit(service, '')
      @offer = { hagaki: 1, guards: @guards.transform_values(&:offer), **said }
      begin
        Flow.checked(@offer)
        @mark = Offer.mark(@offer)
      rescue TypeError, JSON::GeneratorError => e
        raise SetupFaulty.new(service.name, "its metadata are no data: #{e.message}", 'Write plain hashes')
      end
    end

    def [](name)
      @plans[name]
    end

    def names
      @plans.keys
    end

    def handlers
      @plans.values.map(&:handler)
    end

    # What its handlers and their guards use, in the order to open it, with the names it is asked for.
    def resources
      Resource.in_order(handlers.flat_map { |one| [*Guard.all(one.guards).map(&:uses), one.uses] })
    end

    private

    def visit(service, above)
      object = service.new
      said = { handlers: {}, services: {} }
      said[:prefix] = service.prefix unless service.prefix.nil?
      said[:formats] = Offer.formats(service.formats) unless service.formats.nil?
      service.hagaki_members.each do |name, part|
        if part.is_a?(Handler)
          add("#{above}#{name}", part, object)
          said[:handlers][name] = part.offer
        else
          said[:services][name] = visit(part, "#{above}#{name}.")
        end
      end
      said
    end

    def add(name, handler, object)
      @plans[name] = Plan.new(name, handler, object)
      Guard.all(handler.guards).each do |one|
        next if (@guards[one.name] ||= one).equal?(one)

        reason = "another guard than its own is called #{one.name.inspect} as well"
        raise SetupFaulty.new("Handler #{name.inspect}", reason, 'Give one another name')
      end
    end
  end
end
