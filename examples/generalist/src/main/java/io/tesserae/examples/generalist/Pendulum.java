package io.tesserae.examples.generalist;

import io.tesserae.pipelines.agent.Action;
import io.tesserae.pipelines.agent.ActionSpace;
import io.tesserae.pipelines.agent.Observation;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.util.Locale;

/**
 * A pendulum that is to be swung up and held there by a motor too weak to lift it in one go: Gymnasium's
 * {@code Pendulum-v1}, number by number but for how an episode starts: its random numbers are other ones.
 *
 * <p>Observed are the cosine and the sine of the angle, which is 0 at the top, and its speed. A step costs the square of the
 * angle, and a little for speed and torque.
 */
final class Pendulum implements Environment {

    static final String NAME = "pendulum";

    private static final int MAX_STEPS = 200;
    private static final float MAX_TORQUE = 2;
    private static final ActionSpace ACTIONS = new ActionSpace.Box(1, -MAX_TORQUE, MAX_TORQUE);

    private static final double GRAVITY = 10;
    private static final double SECONDS_PER_STEP = 0.05;
    private static final double MAX_SPEED = 8;

    // The expert's numbers: found by trying many, for the least cost over 400 episodes.
    private static final double SWING = 0.11;
    private static final double ENERGY = 4.57;
    private static final double LIFT = 3.5;
    private static final double HOLD_ANGLE = 32.6;
    private static final double HOLD_SPEED = 6.2;
    private static final double SHARPNESS = 16.8;
    private static final double EDGE = 0.87;

    private double angle;
    private double speed;
    private float torque;
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
    public Observation reset(long seed) {
        SeededRandom random = new SeededRandom(seed);
        return start(random.between(-Math.PI, Math.PI), random.between(-1, 1));
    }

    Observation start(double newAngle, double newSpeed) {
        angle = newAngle;
        speed = newSpeed;
        torque = 0;
        steps = 0;
        running = true;
        started = true;
        return observation();
    }

    @Override
    public Step step(Action action) {
        Rules.running(running);
        torque = Rules.numbers(action, ACTIONS)[0];
        double fromTop = fromTop();
        // The torque is a float32, and so is what NumPy makes of it until it meets a float64.
        double cost = fromTop * fromTop + 0.1 * (speed * speed) + 0.001f * (torque * torque);
        double acceleration = 3 * GRAVITY / 2 * StrictMath.sin(angle) + 3f * torque;
        speed = Math.clamp(speed + acceleration * SECONDS_PER_STEP, -MAX_SPEED, MAX_SPEED);
        angle += speed * SECONDS_PER_STEP;
        steps++;
        boolean truncated = steps >= MAX_STEPS;
        running = !truncated;
        return new Step(observation(), (float) -cost, false, truncated);
    }

    /** The angle from -pi to pi. */
    private double fromTop() {
        double round = 2 * Math.PI;
        double turned = (angle + Math.PI) % round;
        return (turned < 0 ? turned + round : turned) - Math.PI;
    }

    private Observation observation() {
        return Observation.of((float) StrictMath.cos(angle), (float) StrictMath.sin(angle), (float) speed);
    }

    /**
     * Pushes the way it swings as long as it has too little energy to reach the top (Åström and Furuta, "Swinging up a
     * pendulum by energy control", 2000), and against its fall near the top. One goes over into the other smoothly, so that
     * a network can learn it.
     */
    @Override
    public Action expert() {
        Rules.started(started);
        double cosine = StrictMath.cos(angle);
        double sine = StrictMath.sin(angle);
        // At rest at the top it would be 0; a little more than that gets there sooner.
        double energy = speed * speed / 2 + 1.5 * GRAVITY * (cosine - 1);
        double swing = MAX_TORQUE * StrictMath.tanh(LIFT * sine - SWING * speed * (energy - ENERGY));
        double hold = -HOLD_ANGLE * sine - HOLD_SPEED * speed;
        // The faster it comes, and comes up, the sooner it has to be held.
        double nearness = cosine - EDGE + 0.022 * speed * speed - 0.11 * sine * speed;
        double nearTop = 1 / (1 + StrictMath.exp(-SHARPNESS * nearness));
        double push = swing + nearTop * (hold - swing);
        return new Action.Continuous(new float[] {(float) Math.clamp(push, -MAX_TORQUE, MAX_TORQUE)});
    }

    @Override
    public void draw(Graphics2D graphics, int width, int height) {
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, height);
        double x = width / 2.0;
        double y = height / 2.0;
        double side = Math.min(width, height);
        double length = side * 0.4;
        double tipX = x - length * Math.sin(angle);
        double tipY = y - length * Math.cos(angle);
        graphics.setStroke(new BasicStroke((float) side / 12, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.setColor(new Color(204, 77, 77));
        graphics.draw(new Line2D.Double(x, y, tipX, tipY));
        double axle = side / 60;
        graphics.setColor(Color.BLACK);
        graphics.fill(new Ellipse2D.Double(x - axle, y - axle, 2 * axle, 2 * axle));
        // The torque: a bar from the middle of the lower edge, to the side it turns to.
        double bar = x - torque / MAX_TORQUE * width * 0.4;
        graphics.setStroke(new BasicStroke((float) side / 40, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER));
        graphics.setColor(new Color(90, 110, 200));
        graphics.draw(new Line2D.Double(x, height * 0.96, bar, height * 0.96));
    }

    @Override
    public String sketch() {
        TextCanvas canvas = new TextCanvas(25, 11);
        canvas.line(
                12,
                5,
                (int) Math.round(12 - 11 * StrictMath.sin(angle)),
                (int) Math.round(5 - 5 * StrictMath.cos(angle)),
                'o');
        canvas.set(12, 5, '+');
        return canvas + "\n"
                + String.format(
                        Locale.ROOT,
                        "step %d, %+.0f degrees from the top, torque %+.2f",
                        steps,
                        fromTop() * 180 / Math.PI,
                        torque);
    }
}
