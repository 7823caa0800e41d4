package io.tesserae.cli.model;

import static io.tesserae.generation.GenerationOption.BOS_TOKEN_ID;
import static io.tesserae.generation.GenerationOption.DECODER_START_TOKEN_ID;
import static io.tesserae.generation.GenerationOption.STOP_STRINGS;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.model.feed.GenerationFeed;
import io.tesserae.cli.model.feed.InterleavedFeed;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.Generator;
import io.tesserae.loaders.AutoGenerationConfig;
import io.tesserae.loaders.AutoModelForCausalLM;
import io.tesserae.loaders.AutoModelForImageTextToText;
import io.tesserae.loaders.AutoModelForMultimodalLM;
import io.tesserae.loaders.AutoModelForVisualQuestionAnswering;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.model.DecoderState;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.VisualQuestionAnswerer;
import io.tesserae.model.episode.Generalist;
import io.tesserae.model.episode.PhotoTexts;
import io.tesserae.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/** A model that generates, as transformers' {@code model.generate} has it: what it takes, how it begins, and which settings it has. */
interface GeneratingModel extends AutoCloseable {

    /**
     * Generates from the tensors of a feed.
     *
     * @param asked settings that go before the checkpoint's
     */
    SafetensorsWriter generate(GenerationFeed feed, GenerationConfig asked, long seed);

    @Override
    void close();

    /**
     * Loads a checkpoint.
     *
     * @throws CommandException if its model does not generate
     */
    static GeneratingModel load(Checkpoint checkpoint, Engine engine) {
        Head<?> head = checkpoint.head().orElse(Head.ENCODER);
        if (head.equals(Head.CAUSAL_LM)) {
            return new Continuing(checkpoint, engine);
        }
        if (head.equals(Head.IMAGE_TEXT_TO_TEXT)) {
            return new Interleaving(checkpoint, engine);
        }
        if (head.equals(Head.IMAGE_CAPTIONING)) {
            return new Describing(checkpoint, engine);
        }
        if (head.equals(Head.VISUAL_QUESTION_ANSWERING)) {
            return new Answering(checkpoint, engine);
        }
        if (head.equals(Head.GENERALIST)) {
            return new BehindPhotos(checkpoint, engine);
        }
        throw new CommandException(
                checkpoint.config() + ": architectures: "
                        + String.join(", ", checkpoint.config().architectures())
                        + " does not generate; expected a model that continues texts, describes pictures, answers questions about them, or reads pictures among words");
    }

    /** One that generates as the settings say. */
    private static Generator generator(GenerationConfig config, Checkpoint checkpoint) {
        Generator generator = new Generator(config);
        if (!config.isSet(STOP_STRINGS)) {
            return generator;
        }
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(checkpoint);
        return generator.withDecoder(ids -> tokenizer.decode(ids, false));
    }

    /** Texts go on: {@code GPT2LMHeadModel}. */
    final class Continuing implements GeneratingModel {

        private final Checkpoint checkpoint;
        private final AutoModelForCausalLM model;

        private Continuing(Checkpoint checkpoint, Engine engine) {
            this.checkpoint = checkpoint;
            this.model = AutoModelForCausalLM.fromPretrained(checkpoint, engine);
        }

        @Override
        public SafetensorsWriter generate(GenerationFeed feed, GenerationConfig asked, long seed) {
            int[][] ids = feed.requireOnly("input_ids", "attention_mask").ids("input_ids", 0);
            int[][] prompts = feed.unpadded(ids);
            GenerationConfig config = asked.over(AutoGenerationConfig.fromPretrained(checkpoint));
            Generator generator = generator(config, checkpoint).withPadding(feed.padding(ids));
            try (DecoderState state = model.languageModel().newState(prompts.length)) {
                return GeneratedTensors.writer(generator.generate(state, prompts, seed), ids);
            }
        }

        @Override
        public void close() {
            model.close();
        }
    }

    /** Texts with pictures among the words go on: {@code IdeficsForVisionText2Text}. */
    final class Interleaving implements GeneratingModel {

        private final Checkpoint checkpoint;
        private final AutoModelForMultimodalLM model;

        private Interleaving(Checkpoint checkpoint, Engine engine) {
            this.checkpoint = checkpoint;
            this.model = AutoModelForMultimodalLM.fromPretrained(checkpoint, engine);
        }

        @Override
        public SafetensorsWriter generate(GenerationFeed feed, GenerationConfig asked, long seed) {
            InterleavedFeed read = InterleavedFeed.read(feed.file(), model.visionLanguageModel(), false);
            int[][] ids = feed.ids("input_ids", 0);
            int[][] prompts = feed.unpadded(ids);
            GenerationConfig config = asked.over(AutoGenerationConfig.fromPretrained(checkpoint));
            Generator generator = generator(config, checkpoint).withPadding(feed.padding(ids));
            try (DecoderState state = model.visionLanguageModel().newState(read.batch())) {
                return GeneratedTensors.writer(generator.generate(state, prompts, seed), ids);
            }
        }

        @Override
        public void close() {
            model.close();
        }
    }

    /** Texts go on, each perhaps behind a photo: {@code JatModel}. */
    final class BehindPhotos implements GeneratingModel {

        private final Checkpoint checkpoint;
        private final Generalist model;

        private BehindPhotos(Checkpoint checkpoint, Engine engine) {
            this.checkpoint = checkpoint;
            this.model = checkpoint.load(Head.GENERALIST, engine);
        }

        @Override
        public SafetensorsWriter generate(GenerationFeed feed, GenerationConfig asked, long seed) {
            feed.requireOnly("pixel_values", "input_ids", "attention_mask");
            Optional<ImageBatch> photos = feed.has("pixel_values") ? Optional.of(feed.pictures()) : Optional.empty();
            int[][] ids = feed.has("input_ids") || photos.isEmpty()
                    ? feed.ids("input_ids", photos.map(ImageBatch::images).orElse(0))
                    : starts(photos.get().images());
            int[][] prompts = feed.unpadded(ids);
            GenerationConfig config = asked.over(AutoGenerationConfig.fromPretrained(checkpoint));
            Generator generator = generator(config, checkpoint).withPadding(feed.padding(ids));
            PhotoTexts texts =
                    photos.isPresent() ? new PhotoTexts(photos, new int[prompts.length][0]) : PhotoTexts.of(prompts);
            try (DecoderState state = model.newState(texts)) {
                return GeneratedTensors.writer(generator.generate(state, prompts, seed), ids);
            }
        }

        /** A text cannot begin with nothing, even behind a photo. */
        private int[][] starts(int texts) {
            int start = model.tokens()
                    .start()
                    .orElseThrow(() -> new CommandException(checkpoint.config()
                            + ": bos_token_id: expected the token that texts begin with, found none"));
            int[][] starts = new int[texts][];
            Arrays.setAll(starts, i -> new int[] {start});
            return starts;
        }

        @Override
        public void close() {
            model.close();
        }
    }

    /** Answers to questions about pictures: {@code BlipForQuestionAnswering}. Each question is read without its padding. */
    final class Answering implements GeneratingModel {

        private final Checkpoint checkpoint;
        private final AutoModelForVisualQuestionAnswering model;

        private Answering(Checkpoint checkpoint, Engine engine) {
            this.checkpoint = checkpoint;
            this.model = AutoModelForVisualQuestionAnswering.fromPretrained(checkpoint, engine);
        }

        @Override
        public SafetensorsWriter generate(GenerationFeed feed, GenerationConfig asked, long seed) {
            ImageBatch pictures = feed.requireOnly("pixel_values", "input_ids", "attention_mask")
                    .pictures();
            int[][] questions = feed.unpadded(feed.ids("input_ids", pictures.images()));
            VisualQuestionAnswerer answerer = model.answerer();
            int start = answerer.tokens()
                    .start()
                    .orElseThrow(() -> new CommandException(checkpoint.config()
                            + ": bos_token_id: expected the token that answers begin with, found none"));
            int[][] starts = new int[questions.length][];
            Arrays.setAll(starts, i -> new int[] {start});
            Generator generator = generator(asked.over(AutoGenerationConfig.of(answerer.tokens())), checkpoint);
            try (DecoderState state = answerer.newState(pictures, TokenBatch.of(questions), true)) {
                return GeneratedTensors.writer(generator.generate(state, starts, seed), starts);
            }
        }

        @Override
        public void close() {
            model.close();
        }
    }

    /** Texts about pictures: {@code BlipForConditionalGeneration}, {@code VisionEncoderDecoderModel}. */
    final class Describing implements GeneratingModel {

        private final Checkpoint checkpoint;
        private final AutoModelForImageTextToText model;

        private Describing(Checkpoint checkpoint, Engine engine) {
            this.checkpoint = checkpoint;
            this.model = AutoModelForImageTextToText.fromPretrained(checkpoint, engine);
        }

        @Override
        public SafetensorsWriter generate(GenerationFeed feed, GenerationConfig asked, long seed) {
            return model.takesPrompts() ? prompted(feed, asked, seed) : unprompted(feed, asked, seed);
        }

        /** The prompt's first token is the model's own, and its last, which ends texts, is dropped. The files' settings are not asked. */
        private SafetensorsWriter prompted(GenerationFeed feed, GenerationConfig asked, long seed) {
            ImageBatch pictures = feed.requireOnly("pixel_values", "input_ids", "attention_mask")
                    .pictures();
            int start = start(model.captioner().tokens().start());
            int[][] prompts = feed.prompts("input_ids", pictures.images())
                    .map(given ->
                            Arrays.stream(given).map(ids -> begun(start, ids)).toArray(int[][]::new))
                    .orElseGet(() -> starts(start, pictures.images()));
            GenerationConfig config =
                    asked.over(AutoGenerationConfig.of(model.captioner().tokens()));
            return generate(pictures, prompts, generator(config, checkpoint), seed);
        }

        private static int[] begun(int start, int[] ids) {
            int[] begun = Arrays.copyOf(ids, Math.max(1, ids.length - 1));
            begun[0] = start;
            return begun;
        }

        /** The decoder's own ids are as they are given, behind the token that it starts with. */
        private SafetensorsWriter unprompted(GenerationFeed feed, GenerationConfig asked, long seed) {
            ImageBatch pictures =
                    feed.requireOnly("pixel_values", "decoder_input_ids").pictures();
            GenerationConfig config =
                    asked.over(AutoGenerationConfig.fromPretrained(checkpoint)).withoutEncoderTokens();
            int start = config.find(DECODER_START_TOKEN_ID)
                    .or(() -> config.find(BOS_TOKEN_ID))
                    .orElseGet(() -> start(model.captioner().tokens().start()));
            int[][] prompts = feed.has("decoder_input_ids")
                    ? behindStart(start, feed.ids("decoder_input_ids", pictures.images()))
                    : starts(start, pictures.images());
            return generate(pictures, prompts, generator(config, checkpoint), seed);
        }

        private static int[][] behindStart(int start, int[][] given) {
            if (Arrays.stream(given).allMatch(ids -> ids[0] == start)) {
                return given;
            }
            return Arrays.stream(given)
                    .map(ids -> {
                        int[] behind = new int[ids.length + 1];
                        behind[0] = start;
                        System.arraycopy(ids, 0, behind, 1, ids.length);
                        return behind;
                    })
                    .toArray(int[][]::new);
        }

        private static int[][] starts(int start, int sequences) {
            int[][] starts = new int[sequences][];
            Arrays.setAll(starts, i -> new int[] {start});
            return starts;
        }

        private int start(OptionalInt token) {
            return token.orElseThrow(() -> new CommandException(checkpoint.config()
                    + ": expected the token that texts begin with (decoder_start_token_id), found none"));
        }

        private SafetensorsWriter generate(ImageBatch pictures, int[][] prompts, Generator generator, long seed) {
            try (DecoderState state = model.captioner().newState(pictures, true)) {
                return GeneratedTensors.writer(generator.generate(state, prompts, seed), prompts);
            }
        }

        @Override
        public void close() {
            model.close();
        }
    }
}
