package io.tesserae.training.family;

import io.tesserae.engine.Engine;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.Head;
import io.tesserae.loaders.AutoModel;
import io.tesserae.loaders.AutoModelForMaskedLM;
import io.tesserae.loaders.AutoModelForMultipleChoice;
import io.tesserae.loaders.AutoModelForNextSentencePrediction;
import io.tesserae.loaders.AutoModelForQuestionAnswering;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.AutoModelForTokenClassification;
import io.tesserae.loaders.CheckpointWeights;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.model.QuestionAnswererOutput;
import io.tesserae.model.TokenBatch;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.layer.Rows;
import io.tesserae.training.network.Network;
import io.tesserae.training.tape.Parameters;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A tiny checkpoint of the test data, and the head that it has. */
record TextCase(String fixture, Head<?> head) {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures");

    /** Of every family and every head; and of every way to write names and to tie decoders. */
    static List<TextCase> all() {
        return List.of(
                new TextCase("distilbert-base", Head.ENCODER),
                new TextCase("distilbert-mnli", Head.SEQUENCE_CLASSIFICATION),
                new TextCase("distilbert-sinusoidal-relu", Head.SEQUENCE_CLASSIFICATION),
                new TextCase("head-distilbert-choice", Head.MULTIPLE_CHOICE),
                new TextCase("head-distilbert-token", Head.TOKEN_CLASSIFICATION),
                new TextCase("head-distilbert-answer", Head.QUESTION_ANSWERING),
                new TextCase("head-distilbert-masked", Head.MASKED_LM),
                new TextCase("head-distilbert-masked-untied", Head.MASKED_LM),
                new TextCase("bert-base", Head.ENCODER),
                new TextCase("head-bert-base-old-names", Head.ENCODER),
                new TextCase("head-bert-base-without-pooler", Head.ENCODER),
                new TextCase("head-bert-no-layers", Head.ENCODER),
                new TextCase("bert-nli-legacy-names", Head.SEQUENCE_CLASSIFICATION),
                new TextCase("head-bert-sequence", Head.SEQUENCE_CLASSIFICATION),
                new TextCase("head-bert-choice", Head.MULTIPLE_CHOICE),
                new TextCase("head-bert-next-sentence", Head.NEXT_SENTENCE_PREDICTION),
                new TextCase("bert-ner", Head.TOKEN_CLASSIFICATION),
                new TextCase("head-bert-token-old-names-no-prefix", Head.TOKEN_CLASSIFICATION),
                new TextCase("head-bert-answer", Head.QUESTION_ANSWERING),
                new TextCase("head-bert-masked", Head.MASKED_LM),
                new TextCase("head-bert-masked-untied", Head.MASKED_LM),
                new TextCase("head-bert-masked-own-decoder", Head.MASKED_LM),
                new TextCase("mpnet/base", Head.ENCODER),
                new TextCase("mpnet/more-buckets", Head.ENCODER),
                new TextCase("mpnet/sequence", Head.SEQUENCE_CLASSIFICATION),
                new TextCase("mpnet/choice", Head.MULTIPLE_CHOICE),
                new TextCase("mpnet/token", Head.TOKEN_CLASSIFICATION),
                new TextCase("mpnet/answer", Head.QUESTION_ANSWERING),
                new TextCase("mpnet/masked", Head.MASKED_LM),
                new TextCase("mpnet/masked-untied", Head.MASKED_LM),
                new TextCase("mpnet/masked-own-decoder", Head.MASKED_LM),
                new TextCase("electra/base", Head.ENCODER),
                new TextCase("electra/base-other-size", Head.ENCODER),
                new TextCase("electra/sequence", Head.SEQUENCE_CLASSIFICATION),
                new TextCase("electra/choice", Head.MULTIPLE_CHOICE),
                new TextCase("electra/choice-tanh", Head.MULTIPLE_CHOICE),
                new TextCase("electra/token", Head.TOKEN_CLASSIFICATION),
                new TextCase("electra/answer", Head.QUESTION_ANSWERING),
                new TextCase("electra/masked", Head.MASKED_LM),
                new TextCase("electra/masked-untied", Head.MASKED_LM),
                new TextCase("electra/masked-own-decoder", Head.MASKED_LM));
    }

    /** A network with its parameters. */
    record Built(Network network, Parameters parameters) {}

    Path folder() {
        return Packed.checkpoint(FIXTURES.resolve(fixture));
    }

    PretrainedConfig config() {
        return PretrainedConfig.read(ModelFiles.directory(folder()));
    }

    TrainableFamily family() {
        return TrainableFamilies.of(config().modelType()).orElseThrow();
    }

    Built build(ConfigSource config) {
        return build(config, _ -> {});
    }

    /**
     * The network.
     *
     * @param more asks for parameters that the network has no use for, while the checkpoint is open
     */
    Built build(ConfigSource config, Consumer<Parameters> more) {
        TrainableFamily family = family();
        try (CheckpointWeights weights = CheckpointWeights.open(ModelFiles.directory(folder()))) {
            Parameters parameters = Parameters.of(weights, family.basePrefix(), 1, 0.02f);
            Network network = family.heads().get(head).build(config, parameters);
            more.accept(parameters);
            return new Built(network, parameters);
        }
    }

    /** Sequences of lengths of their own; with token types where there are some, and with a word that is padding to MPNet. */
    TokenBatch batch() {
        int[][] ids = {{2, 5, 9, 12, 3}, {7, 8, 3}, {4, 4, 4, 1, 6, 9, 11, 13, 2}, {17}};
        boolean typed = !List.of("distilbert", "mpnet").contains(config().modelType())
                && config().optionalInt("type_vocab_size", 2, 1, 10) > 1;
        int second = typed ? 1 : 0;
        int[][] types = {{0, 0, 0, second, second}, {0, 0, second}, {0, 0, 0, 0, 0, 0, 0, 0, 0}, {second}};
        return TokenBatch.of(ids, types);
    }

    /** The words that a masked language model is asked about. */
    static Rows asked(TokenBatch batch) {
        return Rows.of(new int[] {1, 3, 8, 15, 17}, batch.sequenceStarts());
    }

    /** What a network computes: {@code [rows, hidden or labels]}. */
    static Variable output(Network network, Tape tape, TokenBatch batch) {
        return switch (network) {
            case Network.OfTexts texts -> texts.hiddenStates(tape, batch, Optional.empty());
            case Network.OfSequences sequences -> sequences.logits(tape, batch);
            case Network.OfTokens tokens -> tokens.logits(tape, batch);
            case Network.OfMaskedWords words -> words.logits(tape, batch, asked(batch));
            default -> throw new AssertionError(network);
        };
    }

    /** The same of the model of inference. */
    Tensor expected(TokenBatch batch) {
        if (head == Head.ENCODER) {
            return AutoModel.fromPretrained(folder()).forward(batch).lastHiddenState();
        } else if (head == Head.SEQUENCE_CLASSIFICATION) {
            return AutoModelForSequenceClassification.fromPretrained(folder())
                    .forward(batch)
                    .logits();
        } else if (head == Head.NEXT_SENTENCE_PREDICTION) {
            return AutoModelForNextSentencePrediction.fromPretrained(folder())
                    .forward(batch)
                    .logits();
        } else if (head == Head.MULTIPLE_CHOICE) {
            return AutoModelForMultipleChoice.fromPretrained(folder()).forward(batch, 1);
        } else if (head == Head.TOKEN_CLASSIFICATION) {
            return AutoModelForTokenClassification.fromPretrained(folder())
                    .forward(batch)
                    .logits();
        } else if (head == Head.MASKED_LM) {
            return AutoModelForMaskedLM.fromPretrained(folder())
                    .forward(batch, asked(batch).rows())
                    .logits();
        }
        return interleaved(
                AutoModelForQuestionAnswering.fromPretrained(folder()).forward(batch));
    }

    private static Tensor interleaved(QuestionAnswererOutput output) {
        int tokens = output.batch().tokens();
        Tensor both = Tensor.zeros(tokens, 2);
        for (int token = 0; token < tokens; token++) {
            both.data()[2 * token] = output.startLogits().data()[token];
            both.data()[2 * token + 1] = output.endLogits().data()[token];
        }
        return both;
    }

    /** What computes, with so many threads. */
    static Tape.Setting setting(Engine engine, Tape.Keeping keeping) {
        return Tape.Setting.of(engine.machine(), keeping);
    }

    @Override
    public String toString() {
        return fixture;
    }
}
