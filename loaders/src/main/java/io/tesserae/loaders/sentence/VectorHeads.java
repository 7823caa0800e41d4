package io.tesserae.loaders.sentence;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.CheckpointFiles;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.torch.TorchFile;
import io.tesserae.model.EmbeddingStep;
import io.tesserae.model.Encoder;
import io.tesserae.model.SparseWeighing;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.WeightException;
import io.tesserae.tokenizer.SpecialTokens;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The two layers that bge-m3 has beside a sentence encoder, each in a file of {@code torch.save}: FlagEmbedding's {@code M3Embedder}. */
final class VectorHeads {

    private static final int WIDEST = 1 << 20;

    private VectorHeads() {}

    /** Whether a folder has both. */
    static boolean areIn(ModelFiles files) {
        return CheckpointFiles.VECTOR_HEADS.stream().allMatch(files::exists);
    }

    /** From a hidden state to the vector of a token. */
    static EmbeddingStep.Dense multiVector(ModelFiles files, Engine engine, Encoder encoder) {
        return load(files, CheckpointFiles.MULTI_VECTOR_HEAD, engine, encoder, Activation.LINEAR);
    }

    /** From a hidden state to the weight of a token, where tokens that are no words have none. */
    static SparseWeighing.TokenWeights sparse(ModelFiles files, Engine engine, Encoder encoder, Tokenizer tokenizer) {
        EmbeddingStep.Dense layer = load(files, CheckpointFiles.SPARSE_HEAD, engine, encoder, Activation.RELU);
        try {
            return new SparseWeighing.TokenWeights(encoder, layer, noWords(tokenizer));
        } catch (IllegalArgumentException e) {
            throw new ModelLoadingException(files.describe(CheckpointFiles.SPARSE_HEAD) + ": " + e.getMessage(), e);
        }
    }

    /** As in the reference, which leaves out these four. */
    private static Set<Integer> noWords(Tokenizer tokenizer) {
        SpecialTokens tokens = tokenizer.specialTokens();
        String last = tokens.eos() == null ? tokens.sep() : tokens.eos(); // one token by two names, if it has both
        return Stream.of(tokens.cls(), last, tokens.pad(), tokens.unk())
                .filter(Objects::nonNull)
                .map(tokenizer::tokenToId)
                .filter(OptionalInt::isPresent)
                .map(OptionalInt::getAsInt)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static EmbeddingStep.Dense load(
            ModelFiles files, String name, Engine engine, Encoder encoder, Activation activation) {
        try (TorchFile weights = TorchFile.open(files, name)) {
            int hidden = encoder.config().hiddenSize();
            long[] shape = weights.names().contains("weight") ? weights.shape("weight") : new long[0];
            if (shape.length != 2 || shape[0] < 1 || shape[0] > WIDEST) {
                throw new ModelLoadingException(weights.describe("weight") + ": expected one of shape [from 1 to "
                        + WIDEST + ", " + hidden + "], found " + Arrays.toString(shape));
            }
            return EmbeddingStep.Dense.loadAlone(engine, weights, hidden, (int) shape[0], activation);
        } catch (WeightException e) {
            String message = e.getMessage();
            throw new ModelLoadingException(
                    message.startsWith("tensor ") ? files.describe(name) + ": " + message : message, e);
        } catch (IOException e) {
            throw new ModelLoadingException(files.describe(name) + ": reading it failed: " + e, e);
        }
    }
}
