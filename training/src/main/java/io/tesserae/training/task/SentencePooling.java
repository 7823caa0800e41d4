package io.tesserae.training.task;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.sentence.SentenceTransformerConfig;
import io.tesserae.model.PoolingMode;
import io.tesserae.model.TokenBatch;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.layer.MeanPooling;
import io.tesserae.training.layer.Rows;
import io.tesserae.training.network.Network;
import io.tesserae.training.saving.ModelFolder;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How one vector is made of a text's hidden states, as the files of sentence-transformers say it; the mean where there are none. What
 * follows there, a division by the length, changes no cosine and is not computed.
 */
enum SentencePooling {
    /** The mean of all tokens. */
    MEAN {
        @Override
        Variable forward(Tape tape, Network.OfTexts encoder, TokenBatch batch) {
            Variable hidden = encoder.hiddenStates(tape, batch, Optional.empty()); // [tokens, hidden]
            return MeanPooling.forward(tape, hidden, batch.sequenceStarts());
        }
    },
    /** The first token. */
    CLS {
        @Override
        Variable forward(Tape tape, Network.OfTexts encoder, TokenBatch batch) {
            return encoder.hiddenStates(tape, batch, Optional.of(Rows.firsts(batch.sequenceStarts())));
        }
    },
    /** The last token. */
    LAST_TOKEN {
        @Override
        Variable forward(Tape tape, Network.OfTexts encoder, TokenBatch batch) {
            int[] starts = batch.sequenceStarts();
            int[] lasts =
                    IntStream.range(1, starts.length).map(s -> starts[s] - 1).toArray();
            return encoder.hiddenStates(tape, batch, Optional.of(Rows.of(lasts, starts)));
        }
    };

    private static final String MODULES = "modules.json";

    /** The vectors of texts, {@code [sequences, hidden]}. */
    abstract Variable forward(Tape tape, Network.OfTexts encoder, TokenBatch batch);

    /**
     * The one that a checkpoint says.
     *
     * @throws TrainingException if it says one that cannot be trained, or has further layers with weights
     */
    static SentencePooling of(ModelFiles files, SentenceTransformerConfig config) {
        if (!config.transformerFolder().isEmpty()) {
            throw new TrainingException(files.describe(MODULES) + ": expected the encoder at the top of the checkpoint"
                    + " (an empty path), found it in the folder " + config.transformerFolder()
                    + "; save it once with a newer sentence-transformers");
        }
        boolean dense = config.modules().stream().anyMatch(SentenceTransformerConfig.Dense.class::isInstance);
        if (dense) {
            throw new TrainingException(
                    files.describe(MODULES)
                            + ": expected no module but Normalize after the pooling, found Dense: its weights cannot be trained");
        }
        List<PoolingMode> modes = config.poolingModes();
        return switch (modes.size() == 1 ? modes.getFirst() : PoolingMode.MAX) {
            case MEAN -> MEAN;
            case CLS -> CLS;
            case LAST_TOKEN -> LAST_TOKEN;
            default ->
                throw new TrainingException(files.describe("1_Pooling/config.json")
                        + ": expected one pooling mode that can be trained, mean, cls or lasttoken, found "
                        + String.join(
                                ", ",
                                modes.stream().map(PoolingMode::configName).toList()));
        };
    }

    /** With the files that say so, for a model whose checkpoint had none: the mean, as sentence-transformers writes it. */
    static ModelFolder describe(ModelFolder model, int hiddenSize, int maxLength) {
        return model.withText(MODULES, """
                        [
                          {
                            "idx": 0,
                            "name": "0",
                            "path": "",
                            "type": "sentence_transformers.models.Transformer"
                          },
                          {
                            "idx": 1,
                            "name": "1",
                            "path": "1_Pooling",
                            "type": "sentence_transformers.models.Pooling"
                          }
                        ]
                        """)
                .withText("1_Pooling/config.json", """
                        {
                          "word_embedding_dimension": %d,
                          "pooling_mode_cls_token": false,
                          "pooling_mode_mean_tokens": true,
                          "pooling_mode_max_tokens": false,
                          "pooling_mode_mean_sqrt_len_tokens": false
                        }
                        """.formatted(hiddenSize))
                .withText("sentence_bert_config.json", """
                        {
                          "max_seq_length": %d,
                          "do_lower_case": false
                        }
                        """.formatted(maxLength));
    }
}
