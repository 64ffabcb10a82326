# frozen_string_literal: true

require_relative '../hagaki_worker/fault'
require_relative '../hagaki_worker/gems'
require_relative 'opened'
require_relative 'plan'

module Hagaki
  # Finds the service: a file, and the class in it.
  #
  #   in      a path such as notes.rb; the class's name such as Notes, nil for the only one
  #   out     its plans
  #   raises  LoadFailure, with what would help
  module Load
    SEE = "The backtrace is on the worker's standard error"
    private_constant :SEE

    module_function

    def plans(path, name)
      full = File.expand_path(path)
      raise failure("there is no file #{full}", 'Look at the path') unless File.file?(full)

      before = all
      load(full)
      Plans.new(name.nil? ? only(all - before, path) : named(name))
    rescue SetupFaulty => e
      raise failure("#{e.what}: #{e.reason}", e.fix)
    rescue SyntaxError => e
      raise failure("SyntaxError: #{HagakiWorker::Gems.first_line(e.message)}", "Correct it for Ruby #{RUBY_VERSION}")
    rescue HagakiWorker::LoadFailure
      raise
    rescue StandardError, ScriptError, SystemExit => e
      place = (e.backtrace || []).find { |line| line.start_with?("#{Dir.pwd}/") }&.slice(/\A.*?:\d+/)
      raise failure("#{e.class}: #{HagakiWorker::Gems.first_line(e.message)}#{place && " (#{place})"}", SEE)
    end

    # What the plans need, open. LoadFailure, which names the one that does not open.
    def resources(plans)
      Opened.new(plans.resources)
    rescue SetupFaulty => e
      raise failure("#{e.what}: #{e.reason}", e.fix), cause: e.cause
    end

    def all
      ObjectSpace.each_object(Service.singleton_class).reject { |one| one == Service }
    end
    private_class_method :all

    # Those within others are served by them.
    def only(found, path)
      inner = found.flat_map { |one| one.hagaki_members.values }
      outer = found.reject { |one| inner.include?(one) }
      return outer[0] if outer.size == 1

      names = outer.map(&:name).compact.sort
      raise failure("#{path} has no service", 'Write class Notes < Hagaki::Service there') if names.empty?

      raise failure("#{path} has more than one service", "Name one: #{path}:#{names[0]}")
    end
    private_class_method :only

    def named(name)
      service = Object.const_get(name)
      return service if service.is_a?(Class) && service < Service

      raise failure("#{name} is a #{service.class} and no service", 'Write class Notes < Hagaki::Service')
    end
    private_class_method :named

    def failure(reason, fix)
      HagakiWorker::LoadFailure.new(reason, fix)
    end
    private_class_method :failure
  end
end
