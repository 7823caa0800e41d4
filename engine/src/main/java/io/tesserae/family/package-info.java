/**
 * Families of models: {@link io.tesserae.families.Families} is the one list of them, and {@link io.tesserae.family.ModelFamily} is
 * what each says of itself. A family is a package below this one: its configuration, its blocks by their state-dict names, its
 * heads.
 */
package io.tesserae.family;
