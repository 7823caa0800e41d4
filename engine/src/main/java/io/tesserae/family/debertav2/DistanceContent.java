package io.tesserae.family.debertav2;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Projections;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.Optional;

/**
 * The keys and queries that distances have in one layer. They are the same for all texts, so they are made when the model is loaded.
 *
 * @param keys {@code [heads, headSize, rows]}; empty where queries do not meet distances
 * @param queries {@code [heads, headSize, rows]}; empty where keys do not
 */
record DistanceContent(float[] keys, float[] queries) {

    private static final float[] NONE = {};

    /** The embeddings of distances, which all layers share: {@code [2 · span, hidden]}, behind their norm if they have one. */
    static Tensor embeddings(Engine engine, DebertaV2Config config, StateDict encoder) {
        DebertaV2Config.Distances distances = config.distances().orElseThrow();
        int hidden = config.hiddenSize();
        Tensor embeddings = encoder.read("rel_embeddings.weight", 2 * distances.span(), hidden);
        Optional<LayerNorm> norm = distances.normalized()
                ? Optional.of(LayerNorm.load(encoder.at("LayerNorm"), hidden, config.layerNormEps()))
                : Optional.empty();
        if (norm.isPresent() && engine.machine().computes()) {
            try (Workspace workspace = engine.machine().workspace()) {
                norm.get().forward(workspace, embeddings, embeddings);
            }
        }
        return embeddings;
    }

    /**
     * Makes those of a layer.
     *
     * @param embeddings {@code [2 · span, hidden]}
     * @param projections of the layer's tokens
     * @param self the layer's tensors below {@code attention.self}
     */
    static DistanceContent load(
            Engine engine, DebertaV2Config config, Tensor embeddings, Projections projections, StateDict self) {
        boolean shared = config.distances().orElseThrow().shared();
        float[] keys = NONE;
        float[] queries = NONE;
        if (config.parts().contentToPosition()) {
            Projections.Part part = shared ? projections.key() : whole(engine, config, self.at("pos_key_proj"));
            keys = project(engine, part, embeddings);
        }
        if (config.parts().positionToContent()) {
            Projections.Part part = shared ? projections.query() : whole(engine, config, self.at("pos_query_proj"));
            queries = project(engine, part, embeddings);
        }
        return new DistanceContent(keys, queries);
    }

    private static Projections.Part whole(Engine engine, DebertaV2Config config, StateDict weights) {
        Linear linear = Linear.load(engine, weights, config.hiddenSize(), config.hiddenSize());
        return new Projections.Part(linear, 0, linear.outFeatures());
    }

    /** {@code [features, rows]}: channel after channel, as the products with tokens read them. */
    private static float[] project(Engine engine, Projections.Part part, Tensor embeddings) {
        if (!engine.machine().computes()) {
            return NONE;
        }
        int rows = embeddings.dimension(0);
        int width = part.linear().outFeatures();
        float[] turned = new float[Tensor.elementCount(part.endColumn() - part.firstColumn(), rows)];
        try (Workspace workspace = engine.machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor projected = frame.tensor(rows, width); // of which columns of others are left alone
            MatrixView out = new MatrixView(projected.data(), 0, width);
            part.linear().forward(workspace, embeddings, part.firstColumn(), part.endColumn(), Epilogue.NONE, out);
            for (int row = 0; row < rows; row++) {
                for (int column = part.firstColumn(); column < part.endColumn(); column++) {
                    turned[(column - part.firstColumn()) * rows + row] =
                            projected.data()[row * width + column];
                }
            }
        }
        return turned;
    }
}
