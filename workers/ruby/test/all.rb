# frozen_string_literal: true

# Runs all tests: ruby test/all.rb
require 'minitest/autorun'

Dir[File.join(__dir__, 'test_*.rb')].sort.each { |file| require file }
