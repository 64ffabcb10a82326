export default (note) => note
