package io.tesserae.benchmarks.steps;

import io.tesserae.kernel.Epilogue;
import java.util.function.Function;

/** The steps of the matrix product, in order; then the rejected ones. */
public enum ProductStage {
    THREE_LOOPS("1", "three loops", ThreeLoops::new),
    TRANSPOSED_WEIGHT("2", "columns innermost, weight transposed", TransposedWeight::new),
    ONE_ROW_OF_VECTORS("3", "vectors, one row at a time", OneRowOfVectors::new),
    REGISTER_TILE("4", "tile of 4 rows x 2 vectors", RegisterTile::new),
    PACKED_WEIGHT("5", "weight packed", PackedWeight::new),
    TWELVE_ROWS("6", "tile of 12 rows x 2 vectors", TwelveRows::new),
    PACKED_ACTIVATIONS("7", "activations packed", PackedActivations::new),
    CACHE_BLOCKS("8", "panels outermost, depth in blocks", CacheBlocks::new),
    ALIGNED_WEIGHT("9", "weight aligned to cache lines", AlignedWeight::new),
    ENGINE("10", "the engine's kernel", operands -> new EngineProduct(operands, 1, Epilogue.NONE)),
    ENGINE_ALL_THREADS(
            "11", "the engine, all threads", operands -> new EngineProduct(operands, processors(), Epilogue.NONE)),
    DOT_PRODUCT_TILE("rejected", "lanes along k, 4 x 4 dot products", DotProductTile::new),
    FOURTEEN_ROWS("rejected", "tile of 14 rows", FourteenRows::new),
    SUMS_IN_AN_ARRAY("rejected", "a tile's sums in an array", SumsInAnArray::new);

    final String number;
    final String title;
    private final Function<ProductOperands, ProductStep> preparation;

    ProductStage(String number, String title, Function<ProductOperands, ProductStep> preparation) {
        this.number = number;
        this.title = title;
        this.preparation = preparation;
    }

    /** The step with these operands, ready to be run. */
    ProductStep prepare(ProductOperands operands) {
        return preparation.apply(operands);
    }

    /** Whether its sums are the chains of the first step, which then are the same bits. */
    boolean keepsTheChains() {
        return this != DOT_PRODUCT_TILE;
    }

    boolean isRejected() {
        return number.equals("rejected");
    }

    /** How many cores compute. */
    int threads() {
        return this == ENGINE_ALL_THREADS ? processors() : 1;
    }

    private static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }
}
