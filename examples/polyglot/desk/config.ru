# frozen_string_literal: true

# The rackup file of the lending desk: `rackup` and `puma` take it as well.

require_relative 'desk'

run Desk
