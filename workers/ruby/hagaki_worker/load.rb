# frozen_string_literal: true

require_relative 'fault'
require_relative 'gems'

module HagakiWorker
  # Finds the app: the file that rackup and Puma load.
  #
  #   in      a path, such as config.ru
  #   out     what answers `call(env)`, and the major version of Rack
  #   raises  LoadFailure, with what would help
  module Load
    WORKER = __dir__
    SEE = "The backtrace is on the worker's standard error"
    private_constant :WORKER, :SEE

    module_function

    def app(path)
      full = File.expand_path(path)
      raise LoadFailure.new("there is no file #{full}", "Name it: rack('config.ru')") unless File.file?(full)

      require_rack
      [built(full), ::Rack.release.to_i]
    end

    def require_rack
      require 'uri' # which Rack::Lint takes to be there
      require 'rack'
      require 'rack/builder'
    rescue LoadError => e
      raise failed(e) unless e.path.to_s.start_with?('rack')

      fix = if Gems.bundled?
              'Add it to the Gemfile: bundle add rack'
            else
              "Install it: #{Gems.ruby} -S gem install rack, or on Debian and Ubuntu: apt-get install ruby-rack"
            end
      raise LoadFailure.new("the rack gem is not there for #{Gems.ruby}", fix)
    end
    private_class_method :require_rack

    def built(path)
      # Rack 2 gives the app and its options; Rack 3 the app.
      app, = ::Rack::Builder.parse_file(path)
      return app if app.respond_to?(:call)

      raise LoadFailure.new("#{path} gives a #{app.class} and no Rack app", 'End it with: run App')
    rescue SyntaxError => e
      fix = "Correct it, or use another Ruby than #{RUBY_VERSION}, #{Gems.ruby}"
      raise LoadFailure.new("SyntaxError: #{Gems.first_line(e.message)}", fix)
    rescue ::LoadError => e
      raise failed(e, missing(e))
    rescue LoadFailure
      raise
    rescue StandardError, ScriptError, SystemExit => e
      raise failed(e, e.message.include?('missing run or map statement') ? 'End it with: run App' : SEE)
    end
    private_class_method :built

    def missing(error)
      name = error.path.to_s
      return SEE if name.empty?
      return "Look for the file at that line; the app runs in #{Dir.pwd}" if name.start_with?('/', './', '../')
      return "Add its gem to the Gemfile: bundle add #{name[%r{\A[^/]+}]}" if Gems.bundled?

      # The gem may have another name than the file; the search of gems then says so.
      "Install its gem: #{Gems.ruby} -S gem install #{name[%r{\A[^/]+}]}"
    end
    private_class_method :missing

    def failed(error, fix = SEE)
      place = place_of(error)
      LoadFailure.new("#{error.class}: #{Gems.first_line(error.message)}#{place && " (#{place})"}", fix)
    end
    private_class_method :failed

    # Where in the app it went wrong: file and line.
    def place_of(error)
      lines = (error.backtrace || []).reject { |line| line.start_with?(WORKER, '<internal:') }
      own = lines.find { |line| line.start_with?("#{Dir.pwd}/") } || lines.first
      own && own[/\A.*?:\d+/]
    end
    private_class_method :place_of
  end
end
