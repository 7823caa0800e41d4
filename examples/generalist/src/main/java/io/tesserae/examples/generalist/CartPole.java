package io.tesserae.examples.generalist;

import io.tesserae.pipelines.agent.Action;
import io.tesserae.pipelines.agent.ActionSpace;
import io.tesserae.pipelines.agent.Observation;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.time.Duration;
import java.util.Locale;

/**
 * A pole stands on a cart; push the cart left (0) or right (1) so that the pole does not fall: Gymnasium's
 * {@code CartPole-v1} (Barto, Sutton and Anderson, "Neuronlike adaptive elements that can solve difficult learning control
 * problems", 1983), number by number but for how an episode starts: its random numbers are other ones.
 *
 * <p>Observed are the cart's position and speed, the pole's angle and its speed. Each step earns 1.
 */
final class CartPole implements Environment {

    static final String NAME = "cart-pole";

    private static final int MAX_STEPS = 500;
    private static final ActionSpace ACTIONS = new ActionSpace.Discrete(2);

    private static final double GRAVITY = 9.8;
    private static final double POLE_MASS = 0.1;
    private static final double TOTAL_MASS = POLE_MASS + 1.0;
    private static final double HALF_LENGTH = 0.5;
    private static final double FORCE = 10.0;
    private static final double SECONDS_PER_STEP = 0.02;
    private static final double MOST_ANGLE = 12 * 2 * Math.PI / 360;
    private static final double MOST_POSITION = 2.4;

    private double position;
    private double speed;
    private double angle;
    private double angleSpeed;
    private int steps;
    private boolean running;
    private boolean started;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ActionSpace actionSpace() {
        return ACTIONS;
    }

    @Override
    public int maxSteps() {
        return MAX_STEPS;
    }

    @Override
    public Duration stepTime() {
        return Duration.ofMillis(20);
    }

    @Override
    public Observation reset(long seed) {
        SeededRandom random = new SeededRandom(seed);
        return start(
                random.between(-0.05, 0.05),
                random.between(-0.05, 0.05),
                random.between(-0.05, 0.05),
                random.between(-0.05, 0.05));
    }

    Observation start(double newPosition, double newSpeed, double newAngle, double newAngleSpeed) {
        position = newPosition;
        speed = newSpeed;
        angle = newAngle;
        angleSpeed = newAngleSpeed;
        steps = 0;
        running = true;
        started = true;
        return observation();
    }

    @Override
    public Step step(Action action) {
        Rules.running(running);
        double force = Rules.index(action, ACTIONS) == 1 ? FORCE : -FORCE;
        // StrictMath: the same bits on every machine.
        double cosine = StrictMath.cos(angle);
        double sine = StrictMath.sin(angle);
        double poleMassLength = POLE_MASS * HALF_LENGTH;
        double push = (force + poleMassLength * (angleSpeed * angleSpeed) * sine) / TOTAL_MASS;
        double angleAcceleration = (GRAVITY * sine - cosine * push)
                / (HALF_LENGTH * (4.0 / 3.0 - POLE_MASS * (cosine * cosine) / TOTAL_MASS));
        double acceleration = push - poleMassLength * angleAcceleration * cosine / TOTAL_MASS;
        position += SECONDS_PER_STEP * speed;
        speed += SECONDS_PER_STEP * acceleration;
        angle += SECONDS_PER_STEP * angleSpeed;
        angleSpeed += SECONDS_PER_STEP * angleAcceleration;
        steps++;
        boolean terminated =
                position < -MOST_POSITION || position > MOST_POSITION || angle < -MOST_ANGLE || angle > MOST_ANGLE;
        boolean truncated = steps >= MAX_STEPS;
        running = !terminated && !truncated;
        return new Step(observation(), 1, terminated, truncated);
    }

    private Observation observation() {
        return Observation.of((float) position, (float) speed, (float) angle, (float) angleSpeed);
    }

    /** Pushes the way the pole falls; a cart that is off the middle lets the pole lean back a little. */
    @Override
    public Action expert() {
        Rules.started(started);
        double lean = angle + 0.4 * angleSpeed + 0.1 * position + 0.2 * speed;
        return new Action.Discrete(lean > 0 ? 1 : 0);
    }

    @Override
    public void draw(Graphics2D graphics, int width, int height) {
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, height);
        double perMetre = width / (2 * MOST_POSITION);
        double x = width / 2.0 + position * perMetre;
        double track = height * 0.75;
        double cartWidth = width / 12.0;
        double cartHeight = height / 13.0;
        graphics.setColor(Color.GRAY);
        graphics.setStroke(new BasicStroke(Math.max(1, height / 200f)));
        graphics.draw(new Line2D.Double(0, track, width, track));
        graphics.setColor(Color.BLACK);
        graphics.fill(new Rectangle2D.Double(x - cartWidth / 2, track - cartHeight / 2, cartWidth, cartHeight));
        double length = 2 * HALF_LENGTH * perMetre;
        graphics.setColor(new Color(202, 152, 101));
        graphics.setStroke(new BasicStroke(width / 60f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        double top = track - cartHeight / 4;
        graphics.draw(new Line2D.Double(x, top, x + length * Math.sin(angle), top - length * Math.cos(angle)));
        double axle = width / 120.0;
        graphics.setColor(new Color(129, 132, 203));
        graphics.fill(new Ellipse2D.Double(x - axle, top - axle, 2 * axle, 2 * axle));
    }

    @Override
    public String sketch() {
        int half = 24;
        int cart = (int) Math.round(half + Math.clamp(position / MOST_POSITION, -1, 1) * (half - 2));
        TextCanvas canvas = new TextCanvas(2 * half + 1, 6);
        canvas.line(0, 5, 2 * half, 5, '-');
        canvas.line(cart - 2, 5, cart + 2, 5, '#');
        // A character is about twice as high as wide; the angle is drawn three times as large, or it would not be seen.
        int lean = (int) Math.round(2 * 4 * StrictMath.tan(Math.clamp(3 * angle, -1.2, 1.2)));
        canvas.line(cart, 4, cart + lean, 0, 'o');
        return canvas + "\n"
                + String.format(
                        Locale.ROOT,
                        "step %d, cart at %+.2f, pole at %+.1f degrees",
                        steps,
                        position,
                        angle * 180 / Math.PI);
    }
}
