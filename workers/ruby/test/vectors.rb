# frozen_string_literal: true

require 'json'
require 'minitest'

# What every language passes: `spec/vectors`.
module Vectors
  FOLDER = File.expand_path('../../../spec/vectors', __dir__)

  def self.read(name)
    JSON.parse(File.read(File.join(FOLDER, name), encoding: 'UTF-8'))
  end

  def self.octets(hex)
    [hex].pack('H*')
  end
end
