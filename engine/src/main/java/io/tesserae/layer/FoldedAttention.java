package io.tesserae.layer;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionOperands;
import io.tesserae.kernel.AttentionPattern;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Tensor;

/**
 * Cross-attention of one head that reads its memory as it is. The projections of keys and values are folded into the side of the
 * queries, where there are few rows, and the memory, which may have tens of thousands, goes through none.
 *
 * <pre>
 * score(q, m) = q · (Wk m + bk) = (Wkᵀ q) · m + q · bk        the last is alike for all m, and softmax does not see it
 * Σ p(m) (Wv m + bv)            = Wv (Σ p(m) m) + bv          since probabilities add up to 1
 * </pre>
 *
 * That saves two products of all rows of the memory, and two arrays as large as the memory. The scores take as many steps as the memory is
 * wide, so it pays where the memory is no wider than keys and values: see {@link #pays}.
 */
public final class FoldedAttention implements MemoryAttention {

    private final AttentionShape folded; // one head, as wide as the memory
    private final Linear query; // [headSize, width]
    private final Linear key; // [memory width, headSize]: Wkᵀ
    private final Linear value; // [valueSize, memory width]
    private final Linear output; // [width, valueSize]

    private FoldedAttention(AttentionShape folded, Linear query, Linear key, Linear value, Linear output) {
        this.folded = folded;
        this.query = query;
        this.key = key;
        this.value = value;
        this.output = output;
    }

    /** Whether attention of a shape has no more to do for having its projections folded, whatever the number of rows. */
    public static boolean pays(AttentionShape shape, int memoryWidth) {
        return shape.heads() == 1 && 2 * memoryWidth <= shape.headSize() + shape.valueSize();
    }

    /**
     * Loads the four projections, each from its own name and with a bias.
     *
     * @param width of the rows that ask, and of the result
     * @param memoryWidth of the rows that are read
     * @throws IllegalArgumentException if there is more than one head, projections are stored as one, or heads are normalised
     */
    public static FoldedAttention load(
            Engine engine, AttentionShape shape, int width, int memoryWidth, AttentionWeights projections) {
        if (shape.heads() != 1 || !(projections.inputs() instanceof AttentionWeights.Inputs.Apart weights)) {
            throw new IllegalArgumentException("expected one head whose projections are stored apart, found " + shape
                    + ", " + projections.inputs());
        }
        if (!projections.norms().areNone()) {
            throw new IllegalArgumentException("projections are not folded where something comes behind them: norms");
        }
        weights.key().weights().read("bias", shape.headSize()); // is checked, and changes nothing
        return new FoldedAttention(
                new AttentionShape(1, 1, memoryWidth, memoryWidth, shape.scale()),
                weights.query().load(engine, shape.headSize(), width),
                Linear.load(engine, weights.key().weights().transposed(), memoryWidth, shape.headSize(), false),
                weights.value().load(engine, shape.valueSize(), memoryWidth),
                projections.output().load(engine, width, shape.valueSize()));
    }

    @Override
    public AttentionShape shape() {
        return folded;
    }

    /** The memory itself is keys and values. */
    @Override
    public Remembered remember(Frame frame, Ragged memory) {
        MatrixView rows = new MatrixView(memory.rows().data(), 0, folded.headSize());
        return new Remembered(new Projections.Remembered(rows, rows), memory.starts());
    }

    @Override
    public void forward(
            Workspace workspace,
            Ragged queries,
            Remembered memory,
            AttentionOptions options,
            Epilogue epilogue,
            Tensor out) {
        int rows = queries.rows().dimension(0);
        int width = folded.headSize();
        AttentionPattern pattern = AttentionPattern.ragged(
                queries.starts(), memory.starts(), AttentionPattern.LAST, options.sight(), options.bias());
        try (Frame frame = workspace.frame()) {
            Tensor asking = frame.tensor(rows, query.outFeatures()); // [rows, headSize]
            query.forward(workspace, queries.rows(), Epilogue.NONE, asking);
            Tensor foldedQueries = frame.tensor(rows, width); // [rows, memory width]
            key.forward(workspace, asking, Epilogue.NONE, foldedQueries);
            Tensor gathered = frame.tensor(rows, width); // [rows, memory width]
            AttentionOperands operands = new AttentionOperands(
                    new MatrixView(foldedQueries.data(), 0, width),
                    memory.projected().keys(),
                    memory.projected().values(),
                    new MatrixView(gathered.data(), 0, width),
                    folded);
            ParallelKernels.attend(workspace, operands, pattern, options.maps());
            Tensor context = frame.tensor(rows, value.outFeatures()); // [rows, valueSize]
            value.forward(workspace, gathered, Epilogue.NONE, context);
            output.forward(workspace, context, epilogue, out);
        }
    }
}
