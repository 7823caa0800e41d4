package io.tesserae.cli;

import io.tesserae.pipelines.text.QuestionAnsweringOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options of {@code run question-answering}. */
final class QuestionOptions {

    /** By their names, for {@link Task}. */
    static final Set<String> NAMES = Set.of(
            "--top-k",
            "--context",
            "--context-file",
            "--doc-stride",
            "--max-answer-length",
            "--max-sequence-length",
            "--impossible-answers",
            "--batch-size");

    private static final int LONGEST_CONTEXT = InputLines.BYTE_LIMIT;

    @Option(
            names = "--context",
            paramLabel = "TEXT",
            description = "Question answering: the text in which the answers are.")
    private String context;

    @Option(
            names = "--context-file",
            paramLabel = "FILE",
            description = "Question answering: the file in which the answers are.")
    private String contextFile;

    @Option(
            names = "--doc-stride",
            paramLabel = "N",
            converter = Converters.Length.class,
            description =
                    "Question answering: tokens that neighbouring windows over a long text share; by default 128, or half"
                            + " a window.")
    private Integer docStride;

    @Option(
            names = "--max-answer-length",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Question answering: tokens of an answer; by default 15.")
    private Integer maxAnswerLength;

    @Option(
            names = "--max-sequence-length",
            paramLabel = "N",
            converter = Converters.Count.class,
            description =
                    "Question answering: tokens of a window, the question included; by default 384, or what the model"
                            + " takes.")
    private Integer maxSequenceLength;

    @Option(
            names = "--impossible-answers",
            description = "Question answering: that there is no answer is an answer too, an empty one.")
    private boolean impossibleAnswers;

    /** The text for all questions that bring none of their own. */
    Optional<String> context(RunCommand command) throws IOException {
        if (context != null && contextFile != null) {
            throw command.usage("give --context or --context-file, not both");
        }
        if (contextFile == null) {
            return Optional.ofNullable(context);
        }
        try {
            Path file = Path.of(contextFile);
            if (Files.isRegularFile(file) && Files.size(file) > LONGEST_CONTEXT) {
                throw new CommandException(contextFile + ": longer than the 64 MiB that are allowed");
            }
            byte[] bytes = Files.readAllBytes(file);
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new CommandException(contextFile + ": expected a text in UTF-8, found other bytes");
        } catch (InvalidPathException e) {
            throw new CommandException(contextFile + ": not a file's name");
        }
    }

    QuestionAnsweringOptions pipelineOptions(int topK, int batchSize) {
        QuestionAnsweringOptions options = QuestionAnsweringOptions.DEFAULT
                .withTopK(topK)
                .withBatchSize(batchSize)
                .withHandleImpossibleAnswer(impossibleAnswers);
        options = docStride == null ? options : options.withDocStride(docStride);
        options = maxAnswerLength == null ? options : options.withMaxAnswerLength(maxAnswerLength);
        return maxSequenceLength == null ? options : options.withMaxSequenceLength(maxSequenceLength);
    }
}
