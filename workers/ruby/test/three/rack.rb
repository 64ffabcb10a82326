# frozen_string_literal: true

# Stands for a Rack gem of version 3 where none is installed: what the worker asks of one.
module Rack
  def self.release
    '3.1.0'
  end
end
