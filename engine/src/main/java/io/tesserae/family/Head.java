package io.tesserae.family;

import io.tesserae.arguments.Arguments;
import io.tesserae.model.CausalLanguageModel;
import io.tesserae.model.Encoder;
import io.tesserae.model.ImageCaptioner;
import io.tesserae.model.ImageClassifier;
import io.tesserae.model.ImageEncoder;
import io.tesserae.model.ImageTextEncoder;
import io.tesserae.model.ImageTextMatcher;
import io.tesserae.model.MaskedLanguageModel;
import io.tesserae.model.Model;
import io.tesserae.model.QuestionAnswerer;
import io.tesserae.model.SequenceClassifier;
import io.tesserae.model.StreamModel;
import io.tesserae.model.TokenClassifier;
import io.tesserae.model.VisionLanguageModel;
import io.tesserae.model.VisualQuestionAnswerer;
import io.tesserae.model.episode.Generalist;
import io.tesserae.model.latent.LatentEncoder;
import io.tesserae.model.latent.MultimodalAutoencoder;
import io.tesserae.model.latent.OpticalFlowEstimator;

/**
 * What a model computes from its hidden states, in whatever family: the second half of a class's name in transformers.
 *
 * @param suffix that half: {@code ForSequenceClassification}, or {@code Model} for no head at all
 * @param input what such models take
 * @param type what they are loaded as
 * @param description for error messages: "the families that have …"
 * @param <M> the same
 */
public record Head<M extends Model>(String suffix, Input input, Class<M> type, String description) {

    /** No head: tokens to hidden states. */
    public static final Head<Encoder> ENCODER =
            new Head<>("Model", Input.TOKENS, Encoder.class, "an encoder of tokens");

    /** No head: pixels to hidden states. */
    public static final Head<ImageEncoder> IMAGE_ENCODER =
            new Head<>("Model", Input.PIXELS, ImageEncoder.class, "an encoder of pixels");

    /** A score per label for every text. */
    public static final Head<SequenceClassifier> SEQUENCE_CLASSIFICATION = new Head<>(
            "ForSequenceClassification", Input.TOKENS, SequenceClassifier.class, "a head that classifies texts");

    /** A score per label for every token. */
    public static final Head<TokenClassifier> TOKEN_CLASSIFICATION =
            new Head<>("ForTokenClassification", Input.TOKENS, TokenClassifier.class, "a head that classifies tokens");

    /** Two scores for every token: that an answer begins there, and that it ends there. */
    public static final Head<QuestionAnswerer> QUESTION_ANSWERING =
            new Head<>("ForQuestionAnswering", Input.TOKENS, QuestionAnswerer.class, "a head that marks answers");

    /** A score for every token of the vocabulary at every token. */
    public static final Head<MaskedLanguageModel> MASKED_LM =
            new Head<>("ForMaskedLM", Input.TOKENS, MaskedLanguageModel.class, "a head that fills in masked tokens");

    /** One score for every pair of a prompt and a choice. */
    public static final Head<SequenceClassifier> MULTIPLE_CHOICE =
            new Head<>("ForMultipleChoice", Input.TOKENS, SequenceClassifier.class, "a head that scores choices");

    /** Two scores for every pair of texts: label 0 says that the second follows the first. */
    public static final Head<SequenceClassifier> NEXT_SENTENCE_PREDICTION = new Head<>(
            "ForNextSentencePrediction", Input.TOKENS, SequenceClassifier.class, "a head for the next sentence");

    /** A score per label for every picture. */
    public static final Head<ImageClassifier> IMAGE_CLASSIFICATION = new Head<>(
            "ForImageClassification", Input.PIXELS, ImageClassifier.class, "a head that classifies pictures");

    /** A score for every token of the vocabulary as what comes next. */
    public static final Head<CausalLanguageModel> CAUSAL_LM =
            new Head<>("LMHeadModel", Input.TOKENS, CausalLanguageModel.class, "a head that continues texts");

    /** The same, of a text about a picture. */
    public static final Head<ImageCaptioner> IMAGE_CAPTIONING = new Head<>(
            "ForConditionalGeneration",
            Input.PIXELS_AND_TOKENS,
            ImageCaptioner.class,
            "a decoder that describes pictures");

    /** The same, of a text with pictures among its words. */
    public static final Head<VisionLanguageModel> IMAGE_TEXT_TO_TEXT = new Head<>(
            "ForConditionalGeneration",
            Input.PIXELS_AND_TOKENS,
            VisionLanguageModel.class,
            "a decoder that continues texts with pictures among the words");

    /** The answer to a question about a picture, in words. */
    public static final Head<VisualQuestionAnswerer> VISUAL_QUESTION_ANSWERING = new Head<>(
            "ForQuestionAnswering",
            Input.PIXELS_AND_TOKENS,
            VisualQuestionAnswerer.class,
            "a decoder that answers questions about pictures");

    /** Scores of a picture and a text: whether they belong together, and how alike they are. */
    public static final Head<ImageTextMatcher> IMAGE_TEXT_RETRIEVAL = new Head<>(
            "ForImageTextRetrieval",
            Input.PIXELS_AND_TOKENS,
            ImageTextMatcher.class,
            "a head that compares pictures with texts");

    /** No head, of two towers: a vector for each picture and one for each text, which are compared. */
    public static final Head<ImageTextEncoder> IMAGE_TEXT_ENCODER = new Head<>(
            "Model",
            Input.PIXELS_AND_TOKENS,
            ImageTextEncoder.class,
            "an encoder of pictures beside one of texts, whose vectors are compared");

    /** No head: rows of numbers to latents. */
    public static final Head<LatentEncoder> LATENT_ENCODER =
            new Head<>("Model", Input.ARRAYS, LatentEncoder.class, "latents that read rows of numbers");

    /** A video with its sound to latents, and back to pixels, sound and a score per label. */
    public static final Head<MultimodalAutoencoder> MULTIMODAL_AUTOENCODING = new Head<>(
            "ForMultimodalAutoencoding",
            Input.ARRAYS,
            MultimodalAutoencoder.class,
            "a decoder that reconstructs videos with their sound");
    /** How far each pixel moves from one picture to the next. */
    public static final Head<OpticalFlowEstimator> OPTICAL_FLOW =
            new Head<>("ForOpticalFlow", Input.ARRAYS, OpticalFlowEstimator.class, "a decoder that follows pixels");

    /** Episodes to actions, and texts with photos to words. */
    public static final Head<Generalist> GENERALIST = new Head<>(
            "Model", Input.EPISODES, Generalist.class, "a decoder that reads episodes, texts and photos, and acts");

    /** A score for every id as what comes next in a stream of words, numbers, pictures and actions. */
    public static final Head<StreamModel> STREAM =
            new Head<>("Model", Input.STREAMS, StreamModel.class, "a decoder that continues streams");

    /** Refuses null. */
    public Head {
        Arguments.require(suffix, "suffix");
        Arguments.require(input, "input");
        Arguments.require(type, "type");
        Arguments.require(description, "description");
    }

    /** The models of a kind of input without any head; of pictures and texts, those that write. */
    public static Head<?> none(Input input) {
        return switch (Arguments.require(input, "input")) {
            case TOKENS -> ENCODER;
            case PIXELS -> IMAGE_ENCODER;
            case PIXELS_AND_TOKENS -> IMAGE_CAPTIONING;
            case ARRAYS, BY_HEAD -> LATENT_ENCODER;
            case EPISODES -> GENERALIST;
            case STREAMS -> STREAM;
        };
    }
}
