# frozen_string_literal: true

require_relative 'fault'

module HagakiWorker
  # The app's gems: by its Gemfile, where there is one.
  #
  # Before anything else is loaded, as `bundle exec` would do it: once a gem of another version is there (json is
  # one that the worker needs), the Gemfile's own can no longer be had.
  module Gems
    FILES = %w[Gemfile gems.rb].freeze
    private_constant :FILES

    module_function

    # LoadFailure when its gems are not installed.
    def set_up
      gemfile = ENV['BUNDLE_GEMFILE'] || FILES.find { |name| File.file?(name) }
      return if gemfile.nil? || gemfile.empty?

      begin
        require 'bundler'
        Bundler.setup
      rescue LoadError
        raise LoadFailure.new("there is #{gemfile}, and no bundler", "Install it: #{ruby} -S gem install bundler")
      rescue StandardError => e
        raise unless e.is_a?(Bundler::BundlerError)

        raise LoadFailure.new(Gems.first_line(e.message), "In #{Dir.pwd}, type: bundle install")
      end
    end

    # The interpreter's own path, for what one should type.
    def ruby
      RbConfig.ruby
    end

    def bundled?
      defined?(::Bundler) && !ENV['BUNDLE_GEMFILE'].nil?
    end

    # The first line of a message, without the full stop.
    def first_line(text)
      text.strip.lines.first.to_s.strip[0, 500].delete_suffix('.')
    end
  end
end
