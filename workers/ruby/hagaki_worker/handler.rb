# frozen_string_literal: true

require_relative 'environment'
require_relative 'exchange'
require_relative 'input'

module HagakiWorker
  # Runs a Rack app on calls. Rack's word for what stands between a server and an app is `handler`.
  class Handler
    attr_reader :name

    # `name` is what the other side calls this app in its faults: "rack('config.ru')". `release` is the major
    # version of Rack.
    def initialize(app, name, release:, multithread:)
      @app = app
      @name = name
      @release = release
      @environment = Environment.new(errors: $stderr, multithread: multithread, release: release)
    end

    # A Rack app has no names.
    def contract
      nil
    end

    # Answers a call, on one of the pool's threads.
    def serve(call)
      input = Input.of(call.body, @release < 3)
      env = @environment.of(call.head, call.length, input)
      Exchange.new(call, env, @name).run(@app)
    end
  end
end
