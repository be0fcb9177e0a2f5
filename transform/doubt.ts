/**
 * Thrown where a build of what is new cannot be sure to give what a build of everything would give. It is no failure:
 * everything is then built.
 */
export class Doubt extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'Doubt'
  }
}
