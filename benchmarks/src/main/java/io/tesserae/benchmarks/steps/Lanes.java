package io.tesserae.benchmarks.steps;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The vectors of all steps. Constants, because C2 compiles vector code only for a species that it knows. */
final class Lanes {

    /** The widest vectors of this machine, or of the flags it runs under. */
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    /** Values in a vector. */
    static final int LANES = SPECIES.length();

    /** Columns of a tile: two vectors. */
    static final int TILE_COLUMNS = 2 * LANES;

    private Lanes() {}
}
