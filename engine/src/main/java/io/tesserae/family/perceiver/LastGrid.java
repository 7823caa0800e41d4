package io.tesserae.family.perceiver;

/**
 * Grids of positions, of which the last is kept, since most pictures have one size. Threads that ask for different sizes take turns in
 * making them; none gets another's.
 */
final class LastGrid {

    private final FourierPositions positions;
    private volatile FourierPositions.Grid last; // null before the first; each is immutable

    LastGrid(FourierPositions positions) {
        this.positions = positions;
    }

    /** The grid of a size. */
    FourierPositions.Grid of(int... sizes) {
        FourierPositions.Grid grid = last;
        if (grid == null || !grid.isOf(sizes)) {
            grid = positions.grid(sizes);
            last = grid;
        }
        return grid;
    }
}
