export default { routes: ['/'] }
