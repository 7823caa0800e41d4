package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** How the words of a text come to their weights: what a {@link SparseEncoder} is made of. */
@SuppressWarnings("exports") // what they compute with is not
public sealed interface SparseWeighing {

    /** What lies below. */
    TokenBackbone backbone();

    /**
     * The vectors of texts, one for each sequence.
     *
     * @throws IllegalArgumentException as {@link Encoder#forward} does
     */
    List<SparseVector> weigh(TokenBatch batch);

    /**
     * By what a masked language model says of every token, which words fit there; so words weigh that are not in the text. SPLADE, Formal
     * et al., arXiv 2107.05720.
     *
     * @param model what scores the vocabulary
     * @param pooling what becomes of the scores
     */
    record VocabularyScores(MaskedLanguageModel model, SparsePooling pooling) implements SparseWeighing {

        /** Checks that nothing is missing. */
        public VocabularyScores {
            Arguments.require(model, "model");
            Arguments.require(pooling, "pooling");
        }

        @Override
        public TokenBackbone backbone() {
            return model.backbone();
        }

        @Override
        public List<SparseVector> weigh(TokenBatch batch) {
            List<SparseVector> vectors = new ArrayList<>();
            Tensor logits = model.forward(batch, OutputOptions.RESULT_ONLY).logits(); // [tokens, vocabulary]
            for (int s = 0; s < batch.sequences(); s++) {
                vectors.add(pooling.pool(logits, batch.sequenceStarts()[s], batch.sequenceStarts()[s + 1]));
            }
            return vectors;
        }
    }

    /**
     * By a layer that weighs each token of the text, {@code relu(W h + b)}; of a token that comes more than once, the greatest weight
     * counts. M3-Embedding's lexical retrieval, Chen et al., arXiv 2402.03216, section 3.2.
     *
     * @param encoder what makes the hidden states
     * @param layer from a hidden state to one number
     * @param skipped ids of tokens that have no weight: those that are no words
     */
    record TokenWeights(Encoder encoder, EmbeddingStep.Dense layer, Set<Integer> skipped) implements SparseWeighing {

        /**
         * Checks that the parts fit together.
         *
         * @throws IllegalArgumentException if the layer does not make one number of a hidden state
         */
        public TokenWeights {
            Arguments.require(encoder, "encoder");
            Arguments.require(layer, "layer");
            skipped = Set.copyOf(Arguments.requireAll(skipped, "skipped"));
            int numbers = layer.outFeatures(encoder.config().hiddenSize());
            if (numbers != 1) {
                throw new IllegalArgumentException("layer: expected one that makes 1 number, found " + numbers);
            }
        }

        @Override
        public TokenBackbone backbone() {
            return encoder;
        }

        @Override
        public List<SparseVector> weigh(TokenBatch batch) {
            try (Workspace workspace = encoder.engine().machine().workspace();
                    Frame frame = workspace.frame()) {
                Recording nothing = encoder.recording(OutputOptions.RESULT_ONLY, batch);
                return weigh(workspace, batch, encoder.encode(frame, batch, nothing, Rows.ALL));
            }
        }

        /** @param hiddenStates {@code [tokens, hidden]} */
        List<SparseVector> weigh(Workspace workspace, TokenBatch batch, Tensor hiddenStates) {
            float[] weights = layer.forward(workspace, hiddenStates).data(); // [tokens, 1]
            List<SparseVector> vectors = new ArrayList<>(batch.sequences());
            for (int s = 0; s < batch.sequences(); s++) {
                Map<Integer, Float> greatest = new TreeMap<>();
                for (int token = batch.sequenceStarts()[s]; token < batch.sequenceStarts()[s + 1]; token++) {
                    int id = batch.inputIds()[token];
                    if (!skipped.contains(id) && weights[token] > 0) {
                        greatest.merge(id, weights[token], Math::max);
                    }
                }
                vectors.add(vector(greatest));
            }
            return vectors;
        }

        private static SparseVector vector(Map<Integer, Float> greatest) {
            int[] ids = greatest.keySet().stream().mapToInt(Integer::intValue).toArray();
            float[] kept = new float[ids.length];
            for (int i = 0; i < ids.length; i++) {
                kept[i] = greatest.get(ids[i]);
            }
            return new SparseVector(ids, kept);
        }
    }
}
