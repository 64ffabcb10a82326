# frozen_string_literal: true

require_relative 'early_hints'
require_relative 'environment'
require_relative 'exchange'
require_relative 'input'

module HagakiWorker
  # Runs a Rack app on calls. Rack's word for what stands between a server and an app is `handler`.
  class Handler
    attr_reader :name

    # `name` is what the other side calls this app in its faults: "rack('config.ru')". `release` is the major
    # version of Rack. `early_hints` is true where the app is given the means to send them.
    def initialize(app, name, release:, multithread:, early_hints: false)
      @app = app
      @name = name
      @release = release
      @early_hints = early_hints
      @environment = Environment.new(errors: $stderr, multithread: multithread, release: release)
    end

    # A Rack app has no names.
    def contract
      nil
    end

    # A Rack app is told nothing of its end but what at_exit tells it.
    def close(_seconds); end

    # Answers a call, on one of the pool's threads.
    def serve(call)
      input = Input.of(call.body, @release < 3)
      env = @environment.of(call.head, call.length, input)
      # HTTP/1.0 has no answers before the answer.
      env['rack.early_hints'] = EarlyHints.new(call) if @early_hints && call.head.http != '1.0'
      Exchange.new(call, env, @name).run(@app)
    end
  end
end
