# frozen_string_literal: true

module Rack
  # Rack 3 gives the app alone, where Rack 2 gave its options beside it.
  class Builder
    def self.parse_file(path)
      builder = new
      builder.instance_eval(File.read(path), path)
      builder.app
    end

    attr_reader :app

    def run(app)
      @app = app
    end
  end
end
